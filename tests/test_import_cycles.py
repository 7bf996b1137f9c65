"""No modules of the program import each other in a circle, not even for their types."""

from graphlib import TopologicalSorter

import grimp


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph("supportdesk")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    # Raises `CycleError`, which names the modules of a circle.
    TopologicalSorter(imports).prepare()
