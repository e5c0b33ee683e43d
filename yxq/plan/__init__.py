"""What is asked: the model of a plan folder, its reading and checking, and the folders that are
shipped.
"""
