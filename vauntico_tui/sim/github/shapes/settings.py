"""Secrets, environments and deployments."""

from __future__ import annotations

from urllib.parse import quote

from vauntico_tui.sim.github.shapes.base import Base, Json, node_id, written
from vauntico_tui.sim.world.records import (
    Deployment,
    DeploymentStatus,
    Environment,
    Secret,
)


class SettingShapes(Base):
    """Secrets, environments and deployments."""

    @staticmethod
    def secret(secret: Secret) -> Json:
        times = {"created_at": written(secret.created_at), "updated_at": written(secret.updated_at)}
        return {"name": secret.name, **times}

    def environment(self, environment: Environment) -> Json:
        at = written(environment.created_at)
        return {
            "id": environment.id, "node_id": node_id("EN", environment.id), "name": environment.name,
            "url": f"{self.repo_api}/environments/{quote(environment.name)}",
            "html_url": f"{self.repo_html}/deployments/activity_log?environments_filter={quote(environment.name)}",
            "created_at": at, "updated_at": at, "protection_rules": self._rules(environment),
            "deployment_branch_policy": None,
        }  # fmt: skip

    def _rules(self, environment: Environment) -> list[Json]:
        if not environment.reviewers:
            return []
        rule = {"id": environment.id, "node_id": node_id("GA", environment.id), "type": "required_reviewers"}
        return [{**rule, "prevent_self_review": False, "reviewers": self._reviewers(environment)}]

    def _reviewers(self, environment: Environment) -> list[Json]:
        return [{"type": "User", "reviewer": self.user(login)} for login in environment.reviewers]

    def _brief(self, environment: Environment) -> Json:
        return {
            "id": environment.id, "node_id": node_id("EN", environment.id), "name": environment.name,
            "url": f"{self.repo_api}/environments/{quote(environment.name)}",
            "html_url": f"{self.repo_html}/deployments/activity_log?environments_filter={quote(environment.name)}",
        }  # fmt: skip

    def pending(self, environment: Environment, user: str) -> Json:
        """pending-deployment: what waits for a reviewer of an environment."""
        return {
            "environment": self._brief(environment), "wait_timer": 0, "wait_timer_started_at": None,
            "current_user_can_approve": user in environment.reviewers, "reviewers": self._reviewers(environment),
        }  # fmt: skip

    def approval(self, environment: Environment, state: str, by: str, comment: str) -> Json:
        """environment-approvals: a review that was given."""
        at = written(environment.created_at)
        shown = {**self._brief(environment), "created_at": at, "updated_at": at}
        return {"environments": [shown], "state": state, "user": self.user(by), "comment": comment}

    def deployment(self, deployment: Deployment) -> Json:
        url = f"{self.repo_api}/deployments/{deployment.id}"
        production = deployment.environment == "production"
        return {
            "url": url, "id": deployment.id, "node_id": node_id("DE", deployment.id), "task": deployment.task,
            "original_environment": deployment.environment, "environment": deployment.environment,
            "description": deployment.description or None, "created_at": written(deployment.created_at),
            "updated_at": written(deployment.updated_at), "statuses_url": f"{url}/statuses",
            "repository_url": self.repo_api, "creator": self.user(deployment.creator), "sha": deployment.sha,
            "ref": deployment.ref, "payload": deployment.payload or {}, "transient_environment": False,
            "production_environment": production, "performed_via_github_app": None,
        }  # fmt: skip

    def deployment_status(self, deployment: Deployment, status: DeploymentStatus) -> Json:
        url = f"{self.repo_api}/deployments/{deployment.id}"
        at = written(status.created_at)
        return {
            "url": f"{url}/statuses/{status.id}", "id": status.id, "node_id": node_id("DES", status.id),
            "state": status.state, "creator": self.user(status.creator), "description": status.description,
            "environment": deployment.environment, "target_url": status.log_url, "created_at": at, "updated_at": at,
            "deployment_url": url, "repository_url": self.repo_api, "environment_url": status.environment_url,
            "log_url": status.log_url, "performed_via_github_app": None,
        }  # fmt: skip
