"""Reports by mail: what a mail says, and how it reaches its recipients."""
