"""Workflows, runs, jobs and checks."""

from __future__ import annotations

from vauntico_tui.sim.github.shapes.base import Base, Json, node_id, written
from vauntico_tui.sim.world.git import Commit
from vauntico_tui.sim.world.records import (
    Pull,
    Run,
)
from vauntico_tui.sim.world.workflows import WORKFLOWS, JobView, WorkflowSpec, suite_id


class ActionShapes(Base):
    """Workflows, runs, jobs and checks."""

    def workflow(self, spec: WorkflowSpec) -> Json:
        at = written(self.world.created_at)
        return {
            "id": spec.id, "node_id": node_id("W", spec.id), "name": spec.name, "path": spec.path,
            "state": "disabled_manually" if spec.file in self.world.switched_off else "active",
            "created_at": at, "updated_at": at, "url": f"{self.repo_api}/actions/workflows/{spec.id}",
            "html_url": f"{self.repo_html}/blob/{self.world.default_branch}/{spec.path}",
            "badge_url": f"{self.repo_html}/actions/workflows/{spec.file}/badge.svg",
        }  # fmt: skip

    def run(self, run: Run, *, pulls: bool = True) -> Json:
        """workflow-run."""
        spec = WORKFLOWS[run.workflow]
        url = f"{self.repo_api}/actions/runs/{run.id}"
        suite = suite_id(run)
        minimal = self.minimal_repository()
        actor = self.user(run.actor)
        return {
            "id": run.id, "name": spec.name, "node_id": node_id("WFR", run.id), "head_branch": run.branch,
            "head_sha": run.sha, "path": spec.path, "display_title": run.title, "run_number": run.number,
            "event": run.event, "status": run.status, "conclusion": run.conclusion, "workflow_id": spec.id,
            "check_suite_id": suite, "check_suite_node_id": node_id("CS", suite), "url": url,
            "html_url": f"{self.repo_html}/actions/runs/{run.id}",
            "pull_requests": self._run_pulls(run) if pulls else [], "created_at": written(run.created_at),
            "updated_at": written(run.updated_at), "actor": actor, "run_attempt": run.attempt,
            "referenced_workflows": [], "run_started_at": written(run.started_at),
            "triggering_actor": self.user(run.again_by or run.actor),
            "jobs_url": f"{url}/jobs", "logs_url": f"{url}/logs",
            "check_suite_url": f"{self.repo_api}/check-suites/{suite}", "artifacts_url": f"{url}/artifacts",
            "cancel_url": f"{url}/cancel", "rerun_url": f"{url}/rerun",
            "previous_attempt_url": f"{url}/attempts/{run.attempt - 1}" if run.attempt > 1 else None,
            "workflow_url": f"{self.repo_api}/actions/workflows/{spec.id}",
            "head_commit": self._run_commit(self.world.git.commits[run.sha]), "repository": minimal,
            "head_repository": minimal,
        }  # fmt: skip

    def _run_pulls(self, run: Run) -> list[Json]:
        pull = self.world.threads.get(run.pull) if run.pull else None
        if not isinstance(pull, Pull):
            return []
        repo = {"id": self.world.repository_id, "url": self.repo_api, "name": self.world.name}
        return [
            {
                "url": f"{self.repo_api}/pulls/{pull.number}", "id": 1_800_000_000 + pull.number,
                "number": pull.number, "head": {"ref": pull.head, "sha": run.sha, "repo": repo},
                "base": {"ref": pull.base, "sha": pull.base_sha, "repo": repo},
            }
        ]  # fmt: skip

    @staticmethod
    def _run_commit(commit: Commit) -> Json:
        who = {"name": commit.author, "email": f"{commit.author}@vauntico.com"}
        return {
            "id": commit.sha, "tree_id": commit.tree, "message": commit.message, "timestamp": written(commit.at),
            "author": who, "committer": who,
        }  # fmt: skip

    def job(self, run: Run, job: JobView) -> Json:
        url = f"{self.repo_api}/actions/jobs/{job.id}"
        started = job.status != "queued" and job.conclusion != "skipped"
        return {
            "id": job.id, "run_id": run.id, "workflow_name": WORKFLOWS[run.workflow].name, "head_branch": run.branch,
            "run_url": f"{self.repo_api}/actions/runs/{run.id}", "run_attempt": run.attempt,
            "node_id": node_id("CR", job.id), "head_sha": run.sha, "url": url, "html_url": self.job_page(run, job),
            "status": job.status, "conclusion": job.conclusion, "created_at": written(job.created_at),
            "started_at": written(job.started_at),
            "completed_at": written(job.completed_at) if job.completed_at else None, "name": job.name,
            "steps": [
                {
                    "name": step.name, "status": step.status, "conclusion": step.conclusion, "number": step.number,
                    "started_at": written(step.started_at) if step.started_at else None,
                    "completed_at": written(step.completed_at) if step.completed_at else None,
                }
                for step in job.steps
            ],
            "check_run_url": f"{self.repo_api}/check-runs/{job.id}", "labels": ["ubuntu-latest"],
            "runner_id": job.id % 1000 if started else None,
            "runner_name": f"GitHub Actions {job.id % 1000}" if started else None,
            "runner_group_id": 0 if started else None, "runner_group_name": "GitHub Actions" if started else None,
        }  # fmt: skip

    def job_page(self, run: Run, job: JobView) -> str:
        return f"{self.repo_html}/actions/runs/{run.id}/job/{job.id}"

    def check_run(self, run: Run, job: JobView) -> Json:
        spec = WORKFLOWS[run.workflow]
        count = 1 if job.failure else 0
        return {
            "id": job.id, "name": job.name, "node_id": node_id("CR", job.id), "head_sha": run.sha,
            "external_id": str(job.id), "url": f"{self.repo_api}/check-runs/{job.id}",
            "html_url": self.job_page(run, job), "details_url": self.job_page(run, job), "status": job.status,
            "conclusion": job.conclusion, "started_at": written(job.started_at),
            "completed_at": written(job.completed_at) if job.completed_at else None,
            "output": {
                "title": spec.name, "summary": None, "text": None, "annotations_count": count,
                "annotations_url": f"{self.repo_api}/check-runs/{job.id}/annotations",
            },
            "check_suite": {"id": suite_id(run)}, "app": None, "pull_requests": self._run_pulls(run),
        }  # fmt: skip

    def annotation(self, run: Run, job: JobView) -> list[Json]:
        failure = job.failure
        if failure is None:
            return []
        return [
            {
                "path": failure.path, "start_line": failure.line, "end_line": failure.line, "start_column": None,
                "end_column": None, "annotation_level": "failure", "title": f"{failure.job} / {failure.step}",
                "message": failure.message, "raw_details": None,
                "blob_href": f"{self.repo_html}/blob/{run.sha}/{failure.path}",
            }
        ]  # fmt: skip
