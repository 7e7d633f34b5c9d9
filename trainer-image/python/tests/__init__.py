import logging

logging.getLogger("intermission").setLevel(logging.CRITICAL)
