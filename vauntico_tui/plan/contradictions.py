from vauntico_tui.base.problems import Problem


def find(draft, plan, file):
    return ()
