"""Arms that hypothesis draws: any counts, the odd ones among them."""

from hypothesis import strategies as st

from supportdesk.stats import Mean, Proportion

users = st.one_of(st.integers(0, 30), st.integers(0, 10**7))
filled = st.one_of(st.integers(1, 30), st.integers(1, 10**7))


def _proportion(count: int) -> st.SearchStrategy[Proportion]:
    hits = st.one_of(st.just(0), st.just(count), st.integers(0, count))
    return hits.map(lambda conversions: Proportion(conversions, count))


proportions = users.flatmap(_proportion)
filled_arms = filled.flatmap(_proportion)
alphas = st.sampled_from([1e-6, 0.001, 0.01, 0.05, 0.1, 0.32, 0.5, 0.9])
numbers = st.one_of(st.floats(-1e4, 1e4), st.floats(-1e50, 1e50))
means = st.builds(Mean, users, numbers, st.one_of(st.just(0.0), st.floats(0, 1e4), st.floats(0, 1e50)))
