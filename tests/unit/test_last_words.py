"""What a program says at its end: when that settles the cause, and which of its lines are quoted."""

from kubectl_crashloop.diagnose import ordered
from tests.build import case, ended, pod, status, waiting

SCRIPT = 'error: Script not found "serve"\n'


def causes(log, code=1):
    reason = "Error" if code else "Completed"
    return ordered(case(pod([status("app", waiting(), ended(code, reason), restarts=3)]), logs={"app": log}))


def quoted(log):
    return "\n".join(e.text for e in causes(log)[0].evidence if e.source == "log")


def sure(log, code=1):
    found = causes(log, code)[0]
    return found.code, found.confidence


def test_strong_words_at_the_end_are_certain_when_nothing_else_is_found():
    assert sure(SCRIPT) == ("InvalidArguments", "certain")


def test_strong_words_beside_another_cause_are_likely():
    assert sure("open /etc/shop/conf.d: no such file or directory\n" + SCRIPT)[1] == "likely"


def test_strong_words_before_an_exit_with_0_are_likely():
    assert sure(SCRIPT, code=0)[1] == "likely"


def test_a_clean_exit_after_an_error_is_not_certain():
    assert sure("worker raised shop.QuotaError\n", code=0) == ("CleanExit", "likely")
    assert sure("2 rows copied\n", code=0) == ("CleanExit", "certain")


def test_a_configuration_that_fails_for_a_file_in_its_java_trace_is_not_at_fault():
    log = (
        "java.lang.IllegalStateException: Could not initialize Logback logging from file:/config/logback.xml\n"
        "\tat shop.Logging.load(Logging.java:16)\n"
        "Caused by: java.io.FileNotFoundException: /config/logback.xml (No such file or directory)\n"
        "\tat shop.Files.open(Files.java:7)\n"
    )
    assert causes(log)[0].code == "ConfigFileNotFound"


def test_the_last_error_and_the_head_of_a_java_trace_are_quoted_beside_the_root():
    log = (
        'SEVERE Failed to initialize component [Connector["http-nio-8080"]]\n'
        "shop.LifecycleException: Protocol handler initialization failed\n"
        "\tat shop.Connector.init(Connector.java:11)\n"
        "Caused by: java.net.BindException: Address already in use\n"
        "\tat shop.Net.bind(Net.java:2)\n"
        "INFO pausing\n"
        "ERROR shop stops with status 3\n"
    )
    text = quoted(log)
    assert "http-nio-8080" in text and "Protocol handler" in text
    assert "BindException" in text
    assert "shop stops with status 3" in text
    assert "INFO pausing" not in text
