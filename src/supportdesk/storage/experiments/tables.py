"""The tables of experiments as Peewee models; what stands there by the million is read and written in plain SQL."""

from __future__ import annotations

from peewee import FloatField, IntegerField, Model, TextField


class ExperimentRow(Model):
    """Table `experiments`."""

    number = IntegerField(primary_key=True)
    id = TextField(unique=True)
    name = TextField()
    description = TextField()
    hypothesis = TextField()
    status = TextField()
    confidence_level = FloatField()
    minimum_sample_size = IntegerField()
    minimum_days = IntegerField()
    surface = TextField(null=True)
    ramp = FloatField()
    holdout = FloatField()
    decision = TextField(null=True)
    decision_reason = TextField()
    start_date = TextField(null=True)
    end_date = TextField(null=True)
    created_at = TextField()
    updated_at = TextField()
    version = IntegerField()
    from_sums = IntegerField()
    max_events = IntegerField(null=True)
    auto_pause = IntegerField()
    measures_holdout = IntegerField()
    exclusion_group = TextField()
    forgotten = IntegerField()
    robots = IntegerField()

    class Meta:
        table_name = "experiments"


class VariantRow(Model):
    """Table `experiment_variants`; place 0 is the control."""

    test = IntegerField()
    place = IntegerField()
    name = TextField()

    class Meta:
        table_name = "experiment_variants"
        primary_key = False


class PhaseRow(Model):
    """Table `experiment_phases`; `weights` is a JSON array in the order of the variants."""

    test = IntegerField()
    phase = IntegerField()
    weights = TextField()
    started_at = TextField(null=True)

    class Meta:
        table_name = "experiment_phases"
        primary_key = False


class MetricRow(Model):
    """Table `experiment_metrics`; place 0 is the target."""

    number = IntegerField(primary_key=True)
    test = IntegerField()
    place = IntegerField()
    name = TextField()
    kind = TextField()
    role = TextField()
    better = TextField()
    margin = FloatField(null=True)
    below_events = TextField()
    window_days = IntegerField(null=True)
    cap = FloatField(null=True)
    uses_before = IntegerField()
    open_from = TextField()
    reported_on = TextField()

    class Meta:
        table_name = "experiment_metrics"


class DailyUsersRow(Model):
    """Table `experiment_daily_users`: how many users came on a day, kept by triggers."""

    test = IntegerField()
    phase = IntegerField()
    variant = IntegerField()
    day = TextField()
    users = IntegerField()
    left_out = IntegerField()
    before_total = FloatField()
    before_squares = FloatField()

    class Meta:
        table_name = "experiment_daily_users"
        primary_key = False


class LookRow(Model):
    """Table `experiment_looks`: the analysis of each look, as JSON."""

    test = IntegerField()
    look = IntegerField()
    calculated_at = TextField()
    actor = TextField()
    analysis = TextField()

    class Meta:
        table_name = "experiment_looks"
        primary_key = False


class ResultRow(Model):
    """Table `ab_test_results`: one row a variant and look."""

    id = TextField(primary_key=True)
    test_id = TextField()
    look = IntegerField()
    place = IntegerField()
    variant = TextField()
    sample_size = IntegerField()
    conversion_count = IntegerField()
    conversion_rate = FloatField()
    confidence_interval_lower = FloatField(null=True)
    confidence_interval_upper = FloatField(null=True)
    z_score = FloatField(null=True)
    p_value = FloatField(null=True)
    is_statistically_significant = IntegerField()
    calculated_at = TextField()

    class Meta:
        table_name = "ab_test_results"
