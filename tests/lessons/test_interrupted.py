"""A notebook that is interrupted in the middle of a fit, and run again from the top, works."""

import os
import time

import pytest

# Seconds for what takes a few where nothing else runs; TensorFlow is loaded in them too.
PATIENCE = 300
TOP = """
from pathlib import Path
from helpers import training
import keras
import numpy as np
from helpers.data import load
from helpers.interactions import Interactions
from helpers.recommenders.keras.architectures import deep_factorization_model, dot_product_model
training.set_seed(0)
whole = Interactions.from_dataset(load("simulated"))
order = np.random.default_rng(0).permutation(len(whole))
train, validation = whole.subset(order[:20_000]), whole.subset(order[20_000:25_000])
"""
FIT = """
model = {make}(train.n_users, train.n_items, 8)
model.compile(keras.optimizers.Adam(0.01), "mse")
Path({marker!r}).touch()
history = training.fit(model, train, validation, epochs=EPOCHS, batch_size=256)
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(
        cwd=str(tmp_path_factory.mktemp("kernel")), extra_arguments=["--log-level=CRITICAL"]
    )
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


def run(client, source):
    """What a cell printed, its status, and the name of its error if any."""
    printed = []

    def hear(message):
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(source, output_hook=hear, timeout=PATIENCE)["content"]
    return "".join(printed), reply["status"], reply.get("ename", "")


def interrupted(manager, client, source, marker):
    """The name of the error with which a cell ends that is interrupted after it made a file."""
    # Left to stop on an error, the kernel turns away every request that comes within a moment after
    # the reply, with neither output nor error. A program asks again faster than that moment ends.
    request = client.execute(source, stop_on_error=False)
    end = time.monotonic() + PATIENCE
    while not marker.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert marker.exists()
    time.sleep(2)
    manager.interrupt_kernel()
    while True:
        reply = client.get_shell_msg(timeout=PATIENCE)
        # On a slow machine, answers to the questions whether the kernel is ready still come in.
        if reply["parent_header"].get("msg_id") == request:
            return reply["content"].get("ename", "")


@pytest.mark.skipif(os.name == "nt", reason="a kernel of Windows is interrupted in another way")
@pytest.mark.parametrize("make", ["dot_product_model", "deep_factorization_model"])
def test_it_works_when_run_again_from_the_top(kernel, make, tmp_path):
    manager, client = kernel
    marker = tmp_path / "fitting"
    fit = FIT.format(make=make, marker=str(marker))
    error = interrupted(manager, client, f"EPOCHS = 10_000\n{TOP}{fit}", marker)
    assert error == "KeyboardInterrupt"
    again = f"EPOCHS = 2\n{TOP}{fit}\nprint(history.to_csv())"
    printed, status, error = run(client, again)
    assert (status, error) == ("ok", "")
    assert printed.count("\n") == 4
    # And it is the answer of a run that nobody has interrupted.
    assert run(client, again) == (printed, "ok", "")
