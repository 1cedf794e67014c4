"""The lock of the jars, and their fetching from a repository that may lie, break and be away."""

import hashlib
import http.server
import threading

import pytest

from connectors.embedded import jars
from connectors.embedded.jars import Jar, is_intact, jar_url, locked_jars, parse_lock, provide_jars
from transforms.errors import SetupError


def jar_of(content, artifact="thing"):
    return Jar("org.example.deep", artifact, "1.2", hashlib.sha256(content).hexdigest(), len(content))


def ignore(line):
    """For tests that do not look at the progress."""


class Repository:
    """A Maven repository on loopback; ``answers[path]`` is a list of bodies, the last one stays. Counts requests."""

    def __init__(self):
        self.answers = {}
        self.requests = []
        self.together = threading.Barrier(1)
        repository = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                repository.requests.append(self.path)
                repository.together.wait(30)
                bodies = repository.answers.get(self.path)
                if not bodies:
                    self.send_error(404)
                    return
                body = bodies.pop(0) if len(bodies) > 1 else bodies[0]
                self.send_response(200)
                # A body cut short of what was announced is what a broken line looks like.
                announced = len(body) if not body.startswith(b"CUT") else len(body) + 100
                self.send_header("Content-Length", str(announced))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/maven"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def add(self, jar, *bodies):
        self.answers[f"/maven/org/example/deep/{jar.artifact}/1.2/{jar.name}"] = list(bodies)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    made = Repository()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("BEATWIRE_MAVEN_REPOSITORY", made.url)
    yield made
    made.close()


class TestLock:
    def test_the_shipped_lock_names_all_of_kafka_once(self):
        locked = locked_jars()
        assert 46 == len(locked)
        assert 46 == len({jar.name for jar in locked})
        assert 44_918_189 == sum(jar.size for jar in locked)
        assert all(len(bytes.fromhex(jar.sha256)) == 32 for jar in locked)

    @pytest.mark.parametrize("module", ["kafka_2.13", "kafka-clients", "kafka-storage", "log4j-slf4j-impl"])
    def test_what_the_broker_cannot_do_without_is_locked(self, module):
        assert any(jar.artifact == module for jar in locked_jars())

    def test_kafka_itself_has_the_version_in_the_name_of_the_lock(self):
        assert {jars.KAFKA_VERSION} == {jar.version for jar in locked_jars() if jar.group == "org.apache.kafka"}

    def test_comments_and_blank_lines_are_skipped(self):
        assert (Jar("g", "a", "1", "ab", 3),) == parse_lock("# why\n\ng:a:1 ab 3\n")

    @pytest.mark.parametrize("line", ["g:a:1 ab", "g:a ab 3", "g:a:1 ab many", "g:a:1:x ab 3"])
    def test_a_broken_line_is_shown(self, line):
        with pytest.raises(ValueError, match=line):
            parse_lock(line)

    @pytest.mark.parametrize("base", ["http://mirror/m2", "http://mirror/m2/"])
    def test_the_address_follows_the_layout_of_maven_repositories(self, base):
        expected = "http://mirror/m2/org/apache/kafka/kafka_2.13/4.3.0/kafka_2.13-4.3.0.jar"
        assert expected == jar_url(Jar("org.apache.kafka", "kafka_2.13", "4.3.0", "", 0), base)

    def test_without_a_mirror_the_address_is_beams(self):
        assert jar_url(Jar("g", "a", "1", "", 0)).startswith("https://")


class TestFetching:
    def test_a_fetched_jar_is_whole_and_is_not_fetched_again(self, repository):
        jar = jar_of(b"class files")
        repository.add(jar, b"class files")
        folder = provide_jars(ignore, [jar])
        assert b"class files" == (folder / jar.name).read_bytes()
        provide_jars(ignore, [jar])
        assert 1 == len(repository.requests)

    @pytest.mark.parametrize("damage", [b"", b"clas", b"class fileX", b"class files and more"])
    def test_a_damaged_jar_is_fetched_again(self, repository, damage):
        jar = jar_of(b"class files")
        repository.add(jar, b"class files")
        folder = provide_jars(ignore, [jar])
        (folder / jar.name).write_bytes(damage)
        assert not is_intact(folder / jar.name, jar)
        provide_jars(ignore, [jar])
        assert is_intact(folder / jar.name, jar)

    @pytest.mark.parametrize("first", [b"class fileX", b"CUT", b""])
    def test_a_bad_answer_is_asked_for_again(self, repository, first):
        jar = jar_of(b"class files")
        repository.add(jar, first, b"class files")
        folder = provide_jars(ignore, [jar])
        assert is_intact(folder / jar.name, jar)
        assert 2 == len(repository.requests)

    def test_a_repository_that_lies_is_named_and_nothing_of_it_is_kept(self, repository, tmp_path):
        jar = jar_of(b"class files")
        repository.add(jar, b"malware....")
        with pytest.raises(SetupError, match=f"{jar.name}.*SHA-256.*BEATWIRE_MAVEN_REPOSITORY"):
            provide_jars(ignore, [jar])
        assert [] == list(jars.jars_folder().iterdir())

    def test_a_missing_jar_is_named_with_its_address_and_the_way_out(self, repository):
        with pytest.raises(SetupError, match=r"thing-1\.2\.jar.*404.*BEATWIRE_MAVEN_REPOSITORY"):
            provide_jars(ignore, [jar_of(b"x")])

    def test_four_are_fetched_at_a_time(self, repository):
        wanted = [jar_of(str(number).encode(), f"thing{number}") for number in range(4)]
        for number, jar in enumerate(wanted):
            repository.add(jar, str(number).encode())
        repository.together = threading.Barrier(4)  # answers nothing before the fourth request is there
        provide_jars(ignore, wanted)
        assert 4 == len(repository.requests)

    def test_progress_is_said_at_the_start_and_by_quarters(self, repository):
        wanted = [jar_of(bytes(1_000_000), f"thing{number}") for number in range(4)]
        for jar in wanted:
            repository.add(jar, bytes(1_000_000))
        said = []
        provide_jars(said.append, wanted)
        assert ["Kafka 4.3.0: fetching 4 jars, 4 MB", *(f"  {n} of 4 MB" for n in (1, 2, 3, 4))] == said
