"""What is on its way: each report is kept here until its destination has answered."""
