"""Benchmarks: the kit beside hand-written SQL and pandas, on the same Parquet."""
