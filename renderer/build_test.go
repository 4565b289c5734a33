package main

import (
	"net/http"
	"strings"
	"testing"
)

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"

func TestBuildPrintsWhatKustomizePrints(t *testing.T) {
	files := map[string]string{"prod/kustomization.yaml": "resources: [a.yaml]\nnamePrefix: p-\n", "prod/a.yaml": configMap}
	done := build("prod", inMemory(files, nil))
	same(t, "outcome", string(rendered), string(done.outcome))
	same(t, "text", strings.Replace(configMap, "name: a", "name: p-a", 1), string(done.text))
}

func TestBuildAnswersTheWordsOfARefusal(t *testing.T) {
	files := map[string]string{"prod/kustomization.yaml": "resources: [nope.yaml]\n"}
	done := build("prod", inMemory(files, nil))
	same(t, "outcome", string(refused), string(done.outcome))
	if words := string(done.text); strings.HasPrefix(words, "Error") || !strings.Contains(words, "nope.yaml") {
		t.Errorf("words %q", words)
	}
}

func TestASchemaOfItsOwnSpendsTheProcess(t *testing.T) {
	files := map[string]string{
		"prod/kustomization.yaml": "resources: [a.yaml]\nopenapi: {path: s.json}\n",
		"prod/a.yaml":             configMap,
		"prod/s.json":             `{"definitions": {}}`,
	}
	if build("prod", inMemory(map[string]string{"prod/kustomization.yaml": "resources: []\n"}, nil)).spent {
		t.Error("a build without a schema has spent the process")
	}
	if !build("prod", inMemory(files, nil)).spent {
		t.Error("a build with a schema has not spent the process")
	}
}

func TestThereIsNoNetwork(t *testing.T) {
	closeNetwork()
	_, err := http.Get("http://127.0.0.1:1/") //nolint:bodyclose // there is no answer
	if err == nil || !strings.Contains(err.Error(), "there is no network here") {
		t.Errorf("a request over HTTP: %v", err)
	}
}

func TestTheVersionIsThatOfTheLinkedCommand(t *testing.T) {
	if version := kustomizeVersion(); !strings.HasPrefix(version, "v5.") {
		t.Errorf("version %q", version)
	}
}
