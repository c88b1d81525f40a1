"""Commands for the operator of a stage: deploy, destroy, setup, practice, canary, pause, restored."""
