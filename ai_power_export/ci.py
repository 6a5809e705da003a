"""The CI service that runs this process, told by the variables that services set.

| service | variables | its page of a job |
|---|---|---|
| all but Azure Pipelines | `CI` | |
| GitHub Actions, Forgejo, Gitea | `GITHUB_ACTIONS` | the file `GITHUB_STEP_SUMMARY`, in Markdown |
| GitLab CI | `GITLAB_CI` | none |
| Jenkins | `JENKINS_URL` | none |
| Azure Pipelines | `TF_BUILD` | a file whose name is written to stdout, which is the script's |
| CircleCI | `CIRCLECI` | none |

Sources: https://docs.github.com/actions/reference/variables-reference,
https://docs.gitlab.com/ci/variables/predefined_variables/, the `env-vars.html` of a Jenkins server,
https://learn.microsoft.com/azure/devops/pipelines/build/variables, https://circleci.com/docs/reference/variables/.
"""

from __future__ import annotations

import os
from pathlib import Path

SERVICES = ("GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "TF_BUILD", "CIRCLECI")
"""Variables of which a service sets its own."""
NO = ("0", "false")
"""What `CI` says where there is none, or where a user wants this process to be treated so."""


def in_ci() -> bool:
    """Tell whether a CI service runs this process, so that nobody is there to answer."""
    said = os.environ.get("CI", "").lower()
    return said not in NO and any(map(os.environ.get, ("CI", *SERVICES)))


def summary_file() -> Path | None:
    """Return the file that the service shows as the job's summary, in Markdown; None where it has none."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    # Within a container of the user's own the variable may be there, and the folder not.
    return Path(name) if name and Path(name).parent.is_dir() else None
