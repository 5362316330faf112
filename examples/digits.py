"""Train a two-layer network on scikit-learn's bundled digits; tangent_ad makes the gradient.

python examples/digits.py             # train, and report the accuracy on held-out images
python examples/digits.py --source    # print the gradient as generated
python examples/digits.py --plot      # the learning curve as well (needs matplotlib)
"""

import argparse
import time

import numpy as np

import tangent_ad


def loss(W1, b1, W2, b2, x, y):
    """The mean cross-entropy of a batch: images in the rows of x, one-hot labels in those of y."""
    hidden = np.tanh(x @ W1 + b1)
    scores = hidden @ W2 + b2
    scores = scores - np.max(scores, axis=1, keepdims=True)
    log_p = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    return -np.sum(y * log_p) / len(x)


dloss = tangent_ad.grad(loss, wrt=("W1", "b1", "W2", "b2"))


def load_digits():
    """Images and labels, split into three quarters to learn from and one quarter held out."""
    try:
        from sklearn.datasets import load_digits as bundled
    except ImportError:
        raise SystemExit(
            "This example takes its images from scikit-learn, which is not installed.\n"
            'Install it with: pip install -e ".[examples]"'
        ) from None
    images, labels = bundled(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    images, labels = images[order] / 16.0, labels[order]
    cut = 3 * len(labels) // 4
    return images[:cut], labels[:cut], images[cut:], labels[cut:]


def initial_parameters(inputs, hidden, outputs, rng):
    W1 = rng.normal(size=(inputs, hidden)) / np.sqrt(inputs)
    W2 = rng.normal(size=(hidden, outputs)) / np.sqrt(hidden)
    return [W1, np.zeros(hidden), W2, np.zeros(outputs)]


def accuracy(parameters, x, labels):
    W1, b1, W2, b2 = parameters
    scores = np.tanh(x @ W1 + b1) @ W2 + b2
    return np.mean(np.argmax(scores, axis=1) == labels)


def train(epochs=40, batch=32, rate=0.2, momentum=0.9, hidden=64, report=print):
    """Gradient descent with momentum. Returns the held-out accuracy and the losses."""
    x, labels, x_held_out, labels_held_out = load_digits()
    y = np.eye(10)[labels]
    rng = np.random.default_rng(1)
    parameters = initial_parameters(x.shape[1], hidden, 10, rng)
    velocities = [np.zeros_like(p) for p in parameters]
    losses = []
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            gradients = dloss(*parameters, x[rows], y[rows])
            for parameter, velocity, gradient in zip(
                parameters, velocities, gradients, strict=True
            ):
                velocity *= momentum
                velocity -= rate * (1.0 - momentum) * gradient
                parameter += velocity
        losses.append(loss(*parameters, x, y))
        if epoch == 1 or epoch % 5 == 0:
            held_out = accuracy(parameters, x_held_out, labels_held_out)
            report(f"epoch {epoch:3d}   loss {losses[-1]:.4f}   held out {held_out:.1%}")
    return accuracy(parameters, x_held_out, labels_held_out), losses


def plot(losses):
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise SystemExit("--plot needs matplotlib: pip install matplotlib") from None
    plt.plot(range(1, len(losses) + 1), losses)
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.show()


def main():
    parser = argparse.ArgumentParser(description="Train a two-layer network on small digits.")
    parser.add_argument("--source", action="store_true", help="print the gradient and stop")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--plot", action="store_true", help="show the learning curve")
    options = parser.parse_args()
    if options.source:
        print(dloss.source)
        return
    start = time.perf_counter()
    reached, losses = train(options.epochs)
    seconds = time.perf_counter() - start
    print(f"{reached:.1%} of the held-out digits are read right, after {seconds:.1f} s of training")
    if options.plot:
        plot(losses)


if __name__ == "__main__":
    main()
