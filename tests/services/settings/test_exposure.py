"""A config file that others can write is no place to name a program in."""

import pytest

from supportdesk.services.settings.exposure import exposed_programs

SENDMAIL = '[mail]\nprovider = "sendmail"\n[mail.sendmail]\npath = "/usr/sbin/sendmail"\n'


@pytest.fixture
def config(tmp_path):
    """A private config file that names a program."""
    tmp_path.chmod(0o755)
    path = tmp_path / "config.toml"
    path.write_text(SENDMAIL, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_private_file_is_well(config):
    assert exposed_programs(config) == ""
    assert exposed_programs(config.with_name("none.toml")) == ""


@pytest.mark.parametrize(("mode", "who"), [(0o660, "the group"), (0o606, "everybody"), (0o666, "everybody")])
def test_a_file_that_others_write_is_named_with_the_setting(config, mode, who):
    config.chmod(mode)
    assert exposed_programs(config).startswith(f"{who}")
    assert "config.toml, and mail.sendmail.path names a program" in exposed_programs(config)


def test_so_is_a_folder_in_which_others_can_replace_it(config):
    config.parent.chmod(0o777)
    assert f"can write {config.parent}, and" in exposed_programs(config)
    config.parent.chmod(0o1777)
    assert exposed_programs(config) == ""


def test_a_link_is_followed(config, tmp_path):
    link = tmp_path / "link.toml"
    link.symlink_to(config)
    config.chmod(0o660)
    assert "the group can write" in exposed_programs(link)


def test_a_file_that_names_no_program_may_be_shared(config):
    config.write_text('[mail]\nprovider = "mock"\n', encoding="utf-8")
    config.chmod(0o666)
    assert exposed_programs(config) == ""
