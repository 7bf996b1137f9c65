"""What is collected where a real mail server is installed only."""

from tests.cli.mail.postfix import INSTALLED

collect_ignore = [] if INSTALLED else ["test_real_mta.py"]
