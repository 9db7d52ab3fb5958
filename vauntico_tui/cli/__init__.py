"""A face: the same war room through commands."""
