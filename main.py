"""Start the command line, and through it the window. Nothing imports this file."""

from station.commands import main

if __name__ == "__main__":
    main()
