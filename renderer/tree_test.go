package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// The tree must answer what kustomize's file system on disk answers, in the same words.
func TestTreeAnswersAsTheDiskDoes(t *testing.T) {
	files := map[string]string{"a/file": "1", "a/b/deep": "2", "c/other": "3"}
	links := map[string]string{
		"to-file": "a/file", "to-dir": "a", "a/up": "../c/other", "chain": "to-dir/b", "dangling": "nope",
		"circle": "round", "round": "circle", "a/b/self": ".", "through-file": "a/file/x", "odd": "a/./b/../b/deep",
	}
	names := []string{
		".", "a", "a/", "a/file", "a/b/deep", "nope", "nope/deeper", "a/file/below", "to-file", "to-dir", "to-dir/file",
		"to-dir/up", "a/up", "chain/deep", "dangling", "circle", "circle/x", "a/b/self/self/deep", "through-file", "odd",
		"a/../c/other", "./a/./file", "to-dir/../c/other",
	}
	disk, root := onDisk(t, files, links)
	memory := inMemory(files, links)
	for _, name := range names {
		compare(t, name, root, disk, memory)
	}
}

func compare(t *testing.T, name, diskRoot string, disk, memory filesys.FileSystem) {
	t.Helper()
	onDisk, inTree := filepath.Join(diskRoot, name), filepath.Join(root, name)
	plain := func(text string) string { return replace(replace(text, diskRoot), root) }

	wantDir, wantFile, wantErr := disk.CleanedAbs(onDisk)
	dir, file, err := memory.CleanedAbs(inTree)
	same(t, name+": directory", plain(wantDir.String()), plain(dir.String()))
	same(t, name+": file", wantFile, file)
	same(t, name+": error", plain(text(wantErr)), plain(text(err)))

	wantContent, wantErr := disk.ReadFile(onDisk)
	content, err := memory.ReadFile(inTree)
	same(t, name+": content", string(wantContent), string(content))
	same(t, name+": reading", plain(text(wantErr)), plain(text(err)))

	if disk.IsDir(onDisk) != memory.IsDir(inTree) || disk.Exists(onDisk) != memory.Exists(inTree) {
		t.Errorf("%s: is a directory or exists on one side only", name)
	}
}

func TestTreeHoldsNothingOfTheMachine(t *testing.T) {
	memory := inMemory(nil, map[string]string{"link": "/etc", "up": "../../../../etc/hostname"})
	for _, name := range []string{"/etc/hostname", "../../etc/hostname", "link/hostname", "up", "/proc/self/environ"} {
		if _, err := memory.ReadFile(name); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAbsoluteLinksStayInTheTree(t *testing.T) {
	memory := inMemory(map[string]string{"a/file": "1"}, map[string]string{"a/b/link": root + "/a"})
	content, err := memory.ReadFile("a/b/link/file")
	same(t, "content", "1", string(content))
	same(t, "error", "", text(err))
}

func inMemory(files, links map[string]string) *tree {
	made := newTree()
	for name, content := range files {
		made.add(name, []byte(content), false)
	}
	for name, target := range links {
		made.add(name, []byte(target), true)
	}
	return made
}

func onDisk(t *testing.T, files, links map[string]string) (filesys.FileSystem, string) {
	t.Helper()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	return filesys.MakeFsOnDisk(), folder
}
