"""The curated models: scikit-learn's classifiers and regressors, one name for both where both exist.

All have scikit-learn's own defaults, so that a score can be checked against a direct call.
"""

from __future__ import annotations

from mtf_engine.models.spec import ModelSpec

BASELINE = ModelSpec(
    "baseline",
    "Predicts the class frequencies, or the mean, of the training rows: what any model has to beat.",
    "sklearn.dummy.DummyClassifier",
    "sklearn.dummy.DummyRegressor",
)
LINEAR_REGRESSION = ModelSpec(
    "linear_regression", "Ordinary least squares.", regressor="sklearn.linear_model.LinearRegression"
)
LOGISTIC_REGRESSION = ModelSpec(
    "logistic_regression",
    "Linear model of the log odds with an L2 penalty. Scale the features, or it may not converge.",
    "sklearn.linear_model.LogisticRegression",
)
RIDGE = ModelSpec(
    "ridge",
    "Linear model with an L2 penalty. As a classifier it gives decision values but no probabilities.",
    "sklearn.linear_model.RidgeClassifier",
    "sklearn.linear_model.Ridge",
)
LASSO = ModelSpec(
    "lasso",
    "Linear model with an L1 penalty, which sets coefficients to zero. Scale the features.",
    regressor="sklearn.linear_model.Lasso",
)
ELASTIC_NET = ModelSpec(
    "elastic_net",
    "Linear model with L1 and L2 penalties. Scale the features.",
    regressor="sklearn.linear_model.ElasticNet",
)
BAYESIAN_RIDGE = ModelSpec(
    "bayesian_ridge",
    "Linear model whose penalty is estimated from the training rows.",
    regressor="sklearn.linear_model.BayesianRidge",
)
HUBER = ModelSpec(
    "huber", "Linear model that outlying targets move little.", regressor="sklearn.linear_model.HuberRegressor"
)
SGD = ModelSpec(
    "sgd",
    "Linear model fitted by stochastic gradient descent. Scale the features.",
    "sklearn.linear_model.SGDClassifier",
    "sklearn.linear_model.SGDRegressor",
)
DECISION_TREE = ModelSpec(
    "decision_tree",
    "One tree, grown until its leaves are pure.",
    "sklearn.tree.DecisionTreeClassifier",
    "sklearn.tree.DecisionTreeRegressor",
)
RANDOM_FOREST = ModelSpec(
    "random_forest",
    "Average of 100 trees on bootstrap samples with random candidate features.",
    "sklearn.ensemble.RandomForestClassifier",
    "sklearn.ensemble.RandomForestRegressor",
)
EXTRA_TREES = ModelSpec(
    "extra_trees",
    "Average of 100 trees with random thresholds.",
    "sklearn.ensemble.ExtraTreesClassifier",
    "sklearn.ensemble.ExtraTreesRegressor",
)
GRADIENT_BOOSTING = ModelSpec(
    "gradient_boosting",
    "100 small trees, each correcting the ones before.",
    "sklearn.ensemble.GradientBoostingClassifier",
    "sklearn.ensemble.GradientBoostingRegressor",
)
HIST_GRADIENT_BOOSTING = ModelSpec(
    "hist_gradient_boosting",
    "Gradient boosting on binned features: fast on many rows, and takes missing cells as they are.",
    "sklearn.ensemble.HistGradientBoostingClassifier",
    "sklearn.ensemble.HistGradientBoostingRegressor",
)
ADA_BOOST = ModelSpec(
    "ada_boost",
    "Small trees fitted in turn to reweighted rows.",
    "sklearn.ensemble.AdaBoostClassifier",
    "sklearn.ensemble.AdaBoostRegressor",
)
BAGGING = ModelSpec(
    "bagging",
    "Average of 10 trees on bootstrap samples.",
    "sklearn.ensemble.BaggingClassifier",
    "sklearn.ensemble.BaggingRegressor",
)
K_NEAREST_NEIGHBORS = ModelSpec(
    "k_nearest_neighbors",
    "Vote or mean of the 5 nearest training rows. Scale the features.",
    "sklearn.neighbors.KNeighborsClassifier",
    "sklearn.neighbors.KNeighborsRegressor",
)
GAUSSIAN_NAIVE_BAYES = ModelSpec(
    "gaussian_naive_bayes",
    "Takes features as independent normal variables within each class.",
    "sklearn.naive_bayes.GaussianNB",
)
LINEAR_DISCRIMINANT_ANALYSIS = ModelSpec(
    "linear_discriminant_analysis",
    "Normal classes with a common covariance.",
    "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
)
QUADRATIC_DISCRIMINANT_ANALYSIS = ModelSpec(
    "quadratic_discriminant_analysis",
    "Normal classes, each with its own covariance.",
    "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
)
SVM = ModelSpec(
    "svm",
    "Support vector machine with a radial kernel. Scale the features. As a classifier it gives decision values but no "
    "probabilities.",
    "sklearn.svm.SVC",
    "sklearn.svm.SVR",
)
LINEAR_SVM = ModelSpec(
    "linear_svm",
    "Linear support vector machine. Scale the features. As a classifier it gives decision values but no probabilities.",
    "sklearn.svm.LinearSVC",
    "sklearn.svm.LinearSVR",
)
NEURAL_NETWORK = ModelSpec(
    "neural_network",
    "Multi-layer perceptron with one hidden layer of 100 units. Scale the features.",
    "sklearn.neural_network.MLPClassifier",
    "sklearn.neural_network.MLPRegressor",
)
GAUSSIAN_PROCESS = ModelSpec(
    "gaussian_process",
    "Gaussian process with a radial kernel, for up to a few thousand rows: cost grows with their cube.",
    "sklearn.gaussian_process.GaussianProcessClassifier",
    "sklearn.gaussian_process.GaussianProcessRegressor",
)
