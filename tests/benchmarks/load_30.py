"""Thirty learners at once on one JupyterHub: ``python tests/benchmarks/load_30.py [LEARNERS]``.

Everything runs on this machine and speaks to 127.0.0.1 alone: each learner logs in, gets a
server, opens a session, runs every cell of lesson 3 and answers two questions, then stops.
Prints seconds and memory for each learner. Needs npm, for JupyterHub's proxy.
"""

import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import requests
from websocket import create_connection

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests"))
from browser import copy_module, free_port  # noqa: E402

LIMIT = 300
"""Seconds that any one step may take."""
CHECKS = 'from brieflab.check import check\ncheck("2.1", {"Iran"})\ncheck("2.4", [1, 2])'


def install(work):
    """Install JupyterHub, its proxy and the module into ``work``."""
    subprocess.run([sys.executable, "-m", "venv", work / "env"], check=True)
    wanted = ["jupyterhub>=5.4", "nbgitpuller", "jupyterhub-idle-culler", str(TOP)]
    subprocess.run([work / "env/bin/pip", "install", "-q", *wanted], check=True)
    subprocess.run(["npm", "install", "--silent", "--prefix", work, "configurable-http-proxy"],
                   check=True, stdout=subprocess.DEVNULL)  # fmt: skip


def start_hub(work, port, token):
    """Start the hub with the classroom's own configuration, but for login and spawner."""
    config = work / "config.py"
    config.write_text(f"""
load_subconfig({str(TOP / "solutions/jupyterhub_config.py")!r})
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {token!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {str(work / "home")!r} + "/{{username}}"
c.Spawner.cmd = [{str(work / "env/bin/jupyterhub-singleuser")!r}, "--allow-root"]
c.Spawner.environment = {{"JUPYTER_RUNTIME_DIR": {str(work / "run")!r}}}
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {free_port()}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{free_port()}"
c.ConfigurableHTTPProxy.command = [{str(work / "node_modules/.bin/configurable-http-proxy")!r}]
c.JupyterHub.services.append({{"name": "load", "api_token": {token!r}}})
c.JupyterHub.load_roles.append({{"name": "load", "services": ["load"],
    "scopes": ["admin:users", "admin:servers", "access:servers", "tokens"]}})
""")
    path = f"{work}/env/bin:{os.environ['PATH']}"
    return subprocess.Popen(
        [work / "env/bin/jupyterhub", "-f", config], cwd=work, env={**os.environ, "PATH": path},
        stdout=(work / "hub.log").open("w"), stderr=subprocess.STDOUT,
    )  # fmt: skip


def wait(ready, what):
    """Return when ``ready()`` is true; RuntimeError after LIMIT seconds."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            if ready():
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.5)
    raise RuntimeError(f"{what}: nothing after {LIMIT} s")


def run(socket, code):
    """Run ``code`` in the kernel behind ``socket``; RuntimeError if it fails."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3",
              "username": "", "session": "", "date": ""}  # fmt: skip
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {},
                            "content": content, "channel": "shell"}))  # fmt: skip
    while True:
        heard = json.loads(socket.recv())
        mine = heard["parent_header"].get("msg_id") == header["msg_id"]
        if mine and heard["msg_type"] == "execute_reply":
            if heard["content"]["status"] != "ok":
                raise RuntimeError(heard["content"]["evalue"])
            return


def learn(name, base, password, token, cells):
    """Be one learner; return seconds for (login and server, lesson, answers)."""
    began = time.monotonic()
    s = requests.Session()
    s.get(f"{base}/hub/login", timeout=LIMIT)
    form = {"username": name, "password": password, "_xsrf": s.cookies.get("_xsrf", path="/hub/")}
    s.post(f"{base}/hub/login", data=form, timeout=LIMIT).raise_for_status()
    api = {"Authorization": f"token {token}"}
    requests.post(f"{base}/hub/api/users/{name}/server", headers=api, timeout=LIMIT)
    user = f"{base}/hub/api/users/{name}"
    wait(lambda: requests.get(user, headers=api, timeout=LIMIT).json()["servers"]
         .get("", {}).get("ready"), name)  # fmt: skip
    served = time.monotonic()
    body = {"path": "notebooks/x.ipynb", "type": "notebook", "name": "x",
            "kernel": {"name": "python3"}}  # fmt: skip
    made = requests.post(f"{base}/user/{name}/api/sessions", json=body, headers=api, timeout=LIMIT)
    made.raise_for_status()
    where = urllib.parse.urlsplit(base).netloc
    socket = create_connection(
        f"ws://{where}/user/{name}/api/kernels/{made.json()['kernel']['id']}/channels",
        header=[f"Authorization: token {token}"], timeout=LIMIT,
    )  # fmt: skip
    for cell in cells:
        run(socket, cell)
    read = time.monotonic()
    run(socket, CHECKS)
    socket.close()
    return served - began, read - served, time.monotonic() - read


def memory(work):
    """Return name -> MB (proportional set size) of each learner's server and kernel."""
    held = {}
    for process in psutil.process_iter(["environ"]):
        env = process.info["environ"] or {}
        name = env.get("JUPYTERHUB_USER")
        if name and env.get("HOME", "").startswith(str(work)):
            held[name] = held.get(name, 0) + process.memory_full_info().pss / 2**20
    return held


def main(learners):
    """Run the load and print what it took."""
    names = [f"learner{n:02d}" for n in range(learners)]
    lesson = nbformat.read(TOP / "notebooks/03_did_the_hosts_stay_away.ipynb", 4)
    cells = [c.source for c in lesson.cells if c.cell_type == "code"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        install(work)
        (work / "home").mkdir()
        for name in names:
            copy_module(work / "home" / name)
        port, token = free_port(), secrets.token_hex(16)
        base = f"http://127.0.0.1:{port}"
        hub = start_hub(work, port, token)
        try:
            wait(lambda: requests.get(f"{base}/hub/api", timeout=LIMIT).ok, "the hub")
            began = time.monotonic()
            with ThreadPoolExecutor(learners) as pool:
                each = [pool.submit(learn, n, base, token, token, cells) for n in names]
                times, errors = [], []
                for name, job in zip(names, each):
                    try:
                        times.append(job.result())
                    except Exception as error:
                        errors.append(f"{name}: {type(error).__name__}: {error}")
            took = time.monotonic() - began
            held = memory(work).values()
            answers = sum(1 for n in names if (work / "home" / n / "answers.json").is_file())
        finally:
            everyone = psutil.Process(hub.pid).children(recursive=True)
            hub.terminate()
            hub.wait(60)
            psutil.wait_procs(everyone, timeout=20)
            for process in everyone:
                if process.is_running():
                    process.kill()
            shutil.copy(work / "hub.log", Path(tempfile.gettempdir()) / "load_30_hub.log")
    print(f"{learners} learners on {os.cpu_count()} cores, all at once: {took:.0f} s")
    print(f"finished {len(times)}, errors {len(errors)}, answer sheets on disk {answers}")
    for part, seconds in zip(("login and server", "lesson 3", "answers"), zip(*times)):
        print(f"{part}: median {statistics.median(seconds):.1f} s, longest {max(seconds):.1f} s")
    print(
        f"memory for each learner: median {statistics.median(held):.0f} MB, most {max(held):.0f} MB"
    )
    print("\n".join(errors))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
