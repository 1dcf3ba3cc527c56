"""What staff have typed into a form and not sent yet, and the tokens of acts that must not be done twice."""
