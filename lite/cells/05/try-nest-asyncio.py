"not in a browser tab, which cannot start a second Python; elsewhere: ['before', 'somebody else', 'after']"
