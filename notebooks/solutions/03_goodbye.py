reason = "再见" * 20 + "了"  # 41 characters of three bytes each
