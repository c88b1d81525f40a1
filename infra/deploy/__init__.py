"""Packages a stage and brings it to CloudFormation. May use `account` and below, not `doctor`."""
