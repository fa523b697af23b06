"""竞赛: a bank of questions, contests by rules that are data, sheets, points, boards."""
