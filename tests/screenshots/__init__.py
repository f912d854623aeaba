"""Pictures of the window, its dialogs and states, for people to look at. Made on demand; nothing is compared."""
