"""Search in FAQs: words, ranking and highlights."""
