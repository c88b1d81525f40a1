"""Set up in an AWS account what CloudFormation cannot: SMS and e-mail access, prices, the operator's alerts."""
