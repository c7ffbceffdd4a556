"""A walking network made from crossings and evidence, for a city whose street lines are not at hand."""
