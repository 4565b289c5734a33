package main

import (
	"bytes"
	"fmt"
	"io"

	command "sigs.k8s.io/kustomize/kustomize/v5/commands/build"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// build runs `kustomize build ./<overlay>` as the command line does, with its defaults: no plugins, no helm, files restricted to the
// directories of their kustomizations.
func build(overlay string, files filesys.FileSystem) (done answer) {
	defer func() {
		if reason := recover(); reason != nil {
			done = answer{outcome: panicked, text: fmt.Append(nil, reason), spent: true}
		}
	}()
	var out bytes.Buffer
	kustomize := command.NewCmdBuild(files, command.MakeHelp("kustomize", "build"), &out)
	kustomize.SilenceErrors = true
	kustomize.SetOut(io.Discard)
	kustomize.SetArgs([]string{"./" + overlay})
	if err := kustomize.Execute(); err != nil {
		return answer{outcome: refused, text: []byte(err.Error()), spent: hasForeignSchema()}
	}
	return answer{outcome: rendered, text: out.Bytes(), spent: hasForeignSchema()}
}

var ownSchema = openapi.GetSchemaVersion()

// hasForeignSchema tells that a kustomization's `openapi:` field has replaced the process-wide schema, which the library never undoes.
func hasForeignSchema() bool {
	return openapi.GetSchemaVersion() != ownSchema
}
