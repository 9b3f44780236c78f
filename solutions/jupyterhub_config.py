"""JupyterHub for one class on one machine: ``jupyterhub -f jupyterhub_config.py``.

What to install and how many learners a machine carries: CLASSROOM.md, beside this file.
"""

import sys

c = get_config()  # noqa: F821 - JupyterHub provides it

# Who gets in. PAM means the accounts of the machine. For a university's login take
# "ltiauthenticator.lti13.auth.LTI13Authenticator" (Moodle, Canvas) or a class of oauthenticator.
# The "dummy" authenticator lets everybody in under any name: for a test, never for a class.
c.JupyterHub.authenticator_class = "pam"
c.Authenticator.allow_all = True
c.Authenticator.admin_users = set()

# Where learners work. systemdspawner (Linux) keeps the limits below; JupyterHub's own
# LocalProcessSpawner does not. On several machines: z2jh-values.yaml, beside this file.
c.JupyterHub.spawner_class = "systemd"
c.Spawner.mem_limit = "1G"
c.Spawner.cpu_limit = 1.0
c.SystemdSpawner.isolate_tmp = True

c.Spawner.default_url = "/lab"
# a whole class starts within a minute of the bell
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
c.JupyterHub.concurrent_spawn_limit = 40

# An idle kernel ends after 20 minutes, an idle server after an hour: answers are on disk by then.
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=1200",
    "--MappingKernelManager.cull_interval=120",
    "--KernelManager.transport=ipc",
]
# Kernels speak through files, not ports: thirty servers that look for free ports in the same
# second take each other's, and the kernel that comes second never starts. The path of such a
# file may have 107 characters, so it does not lie in a home.
c.Spawner.environment = {"JUPYTER_RUNTIME_DIR": lambda spawner: f"/tmp/jupyter-{spawner.user.id}"}

c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
