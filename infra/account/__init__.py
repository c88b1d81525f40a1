"""What CloudFormation cannot set up in an AWS account: SMS and e-mail access, prices, the operator's alerts."""
