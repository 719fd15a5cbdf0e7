"""A JupyterHub with a container for each user: ``jupyterhub --config hub/jupyterhub_config.py``.

Needs ``jupyterhub`` and ``dockerspawner``, Docker, and the image that hub/Dockerfile makes. Before
a class, choose an authenticator: this one lets in whoever knows the password in COURSE_PASSWORD.
"""

import os

c = get_config()  # noqa: F821 - JupyterHub defines it

c.JupyterHub.bind_url = "http://:8000"
c.JupyterHub.hub_ip = "0.0.0.0"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["COURSE_PASSWORD"]
c.Authenticator.allow_all = True

c.JupyterHub.spawner_class = "docker"
c.DockerSpawner.image = "recommender-course"
c.DockerSpawner.remove = True
# What a user has changed outlives the container.
c.DockerSpawner.volumes = {"course-{username}": "/srv/learner"}
c.DockerSpawner.notebook_dir = "/srv/learner"

# A lesson may take 3 GiB on two processors; `course check --class` says what that makes for all.
c.Spawner.mem_limit = "3G"
c.Spawner.mem_guarantee = "1G"
c.Spawner.cpu_limit = 2
c.Spawner.cpu_guarantee = 0.5
c.Spawner.default_url = "/lab/tree/notebooks"
