"""The part that stays with the operator: the command, deployment, the local cloud, the demo."""
