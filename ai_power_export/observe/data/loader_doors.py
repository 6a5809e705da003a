"""The functions that bring data into a program, by the module that they are watched in.

Looked at in pandas 2.3 and 3.1, numpy 2.2 to 2.5, polars 2.1, pyarrow 26, Pillow 13, scipy 1.15 to 1.18,
datasets 5.2, keras 3.15 and scikit-learn 1.7 and 1.9. Functions written in C, such as `numpy.fromfile` or
`cv2.imread`, cannot be watched.
"""

from __future__ import annotations

PANDAS = """
    read_csv read_excel read_feather read_fwf read_hdf read_html read_json read_orc read_parquet
    read_pickle read_sql read_sql_query read_sql_table read_stata read_table
"""
POLARS = "read_csv read_excel read_json read_ndjson read_parquet scan_csv scan_parquet"
SCIKIT_LEARN = """
    fetch_20newsgroups fetch_20newsgroups_vectorized fetch_california_housing fetch_covtype
    fetch_kddcup99 fetch_lfw_pairs fetch_lfw_people fetch_olivetti_faces fetch_openml fetch_rcv1
    fetch_species_distributions load_breast_cancer load_diabetes load_digits load_files load_iris
    load_linnerud load_svmlight_file load_wine make_biclusters make_blobs make_circles
    make_classification make_friedman1 make_friedman2 make_friedman3 make_gaussian_quantiles
    make_hastie_10_2 make_low_rank_matrix make_moons make_multilabel_classification make_regression
    make_s_curve make_sparse_uncorrelated make_swiss_roll
"""
KERAS = "boston_housing california_housing cifar10 cifar100 fashion_mnist imdb mnist reuters"

LOADERS: dict[str, tuple[str, ...]] = {
    "PIL.Image": ("open",),
    "datasets.load": ("load_dataset",),
    "numpy": ("genfromtxt", "load", "loadtxt"),
    "pandas": tuple(PANDAS.split()),
    "polars": tuple(POLARS.split()),
    "pyarrow.parquet.core": ("read_table",),
    "scipy.io.wavfile": ("read",),
    "sklearn.datasets": tuple(SCIKIT_LEARN.split()),
    **dict.fromkeys((f"keras.src.datasets.{name}" for name in KERAS.split()), ("load_data",)),
}
"""Names of functions; the catalogue knows each by its module and name, perhaps as an alias."""
