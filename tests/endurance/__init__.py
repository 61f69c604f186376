"""A station that was offline for a week: does the window stay awake and the memory flat while it drains?"""
