"""A Gaussian mixture as an estimator that is fitted in place."""

import numpy as np


class NotFitted(Exception):
    pass


class BaseEstimator:
    def fit(self, X, y=None):
        raise NotImplementedError

    def check_is_fitted(self):
        if not hasattr(self, "means_"):
            raise NotFitted(self.__class__.__name__)


class GaussianMixture(BaseEstimator):
    def __init__(
        self, n_components=2, max_iter=3, tol=1e-12, reg_covar=1e-6, means_init=None, verbose=0
    ):
        self.n_components = n_components
        self.max_iter = max_iter
        self.tol = tol
        self.reg_covar = reg_covar
        self.means_init = means_init
        self.verbose = verbose

    def _initialize(self, X):
        n, d = X.shape
        k = self.n_components
        self.means_ = X[:k].copy() if self.means_init is None else np.array(self.means_init)
        self.weights_ = np.ones(k) / k
        self.covariances_ = np.array([np.eye(d) for _ in range(k)])

    def _log_prob(self, X):
        n, d = X.shape
        out = np.empty((n, self.n_components))
        for k, (mu, cov) in enumerate(zip(self.means_, self.covariances_)):
            chol = np.linalg.cholesky(cov)
            y = np.linalg.solve(chol, (X - mu).T)
            out[:, k] = (
                -0.5 * np.sum(y**2, axis=0)
                - np.sum(np.log(np.diag(chol)))
                - 0.5 * d * np.log(2 * np.pi)
            )
        return out + np.log(self.weights_)

    def _e_step(self, X):
        lp = self._log_prob(X)
        top = lp.max(axis=1)
        norm = top + np.log(np.exp(lp - top[:, None]).sum(axis=1))
        return norm.mean(), np.exp(lp - norm[:, np.newaxis])

    def _m_step(self, X, resp):
        nk = resp.sum(axis=0) + 10 * np.finfo(resp.dtype).eps
        self.weights_ = nk / len(X)
        self.means_ = resp.T @ X / nk[:, None]
        for k in range(self.n_components):
            diff = X - self.means_[k]
            self.covariances_[k] = (resp[:, k] * diff.T) @ diff / nk[k]
            self.covariances_[k].flat[:: X.shape[1] + 1] += self.reg_covar

    def fit(self, X, y=None):
        self._initialize(X)
        lower_bound = -np.inf
        for n_iter in range(1, self.max_iter + 1):
            prev = lower_bound
            lower_bound, resp = self._e_step(X)
            self._m_step(X, resp)
            if self.verbose:
                print("iteration", n_iter, lower_bound)
            if abs(lower_bound - prev) < self.tol:
                self.converged_ = True
                break
        self.lower_bound_ = lower_bound
        return self

    def score(self, X):
        self.check_is_fitted()
        return self._e_step(X)[0]


def mixture(X, means):
    gm = GaussianMixture(n_components=len(means), means_init=means, max_iter=2).fit(X)
    return gm.score(X) + np.sum(gm.weights_**2)


WRT = ("X", "means")


def example(rng):
    return rng.normal(size=(7, 2)), np.array([[0.5, 0.1], [-0.5, -0.2]])
