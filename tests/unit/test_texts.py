"""What `--explain` reads in the binary is what the entries say."""

from kubectl_crashloop import texts
from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.render.explain import render_explain


def test_the_binarys_texts_read_like_the_entries(tmp_path, monkeypatch):
    knowledge = bundled_knowledge()
    monkeypatch.setattr(texts, "FILE", str(tmp_path / "texts.marshal"))
    assert texts.bundled_texts() is knowledge
    texts.write_texts(knowledge, str(tmp_path / "texts.marshal"))
    written = texts.bundled_texts()
    assert written.keys() == knowledge.keys()
    for code, entry in knowledge.items():
        assert render_explain(written[code], width=80, colour=False) == render_explain(entry, width=80, colour=False)
