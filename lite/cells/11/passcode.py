await ask(guarded, "/chat/lobby"), await ask(guarded, "/chat/lobby?passcode=sesame")
