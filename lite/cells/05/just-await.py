await count("c")
log[-3:]
