name = "Ada"
