ALTER TABLE experiments ADD COLUMN measures_holdout bigint NOT NULL DEFAULT 0;
