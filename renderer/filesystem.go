package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"syscall"

	kustomize "sigs.k8s.io/kustomize/kyaml/errors"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

var _ filesys.FileSystem = (*tree)(nil)

// CleanedAbs has the words of kustomize's file system on disk in its errors.
func (t *tree) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	at, found, err := t.resolve(name)
	if err != nil {
		return "", "", fmt.Errorf("evalsymlink failure on '%s' : %w", name, evalSymlinksError(at, err))
	}
	if found.directory {
		return filesys.ConfirmedDir(at), "", nil
	}
	return filesys.ConfirmedDir(path.Dir(at)), path.Base(at), nil
}

// evalSymlinksError is what filepath.EvalSymlinks answers.
func evalSymlinksError(at string, err error) error {
	if errors.Is(err, errTooManyLinks) {
		return errors.New("EvalSymlinks: too many links")
	}
	if errors.Is(err, syscall.ENOTDIR) {
		return err
	}
	return &fs.PathError{Op: "lstat", Path: at, Err: err}
}

func (t *tree) ReadFile(name string) ([]byte, error) {
	_, found, err := t.resolve(name)
	if errors.Is(err, errTooManyLinks) {
		err = syscall.ELOOP
	}
	if err != nil {
		return nil, kustomize.Wrap(&fs.PathError{Op: "open", Path: name, Err: err})
	}
	if found.directory {
		return nil, kustomize.Wrap(&fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR})
	}
	return found.content, nil
}

func (t *tree) IsDir(name string) bool {
	_, found, err := t.resolve(name)
	return err == nil && found.directory
}

func (t *tree) Exists(name string) bool {
	_, _, err := t.resolve(name)
	return err == nil
}

// A build neither writes nor lists: what it needs is named by its kustomizations.

func (t *tree) Create(name string) (filesys.File, error)    { return nil, refuse("create", name) }
func (t *tree) Open(name string) (filesys.File, error)      { return nil, refuse("open", name) }
func (t *tree) Mkdir(name string) error                     { return refuse("mkdir", name) }
func (t *tree) MkdirAll(name string) error                  { return refuse("mkdir", name) }
func (t *tree) RemoveAll(name string) error                 { return refuse("remove", name) }
func (t *tree) WriteFile(name string, _ []byte) error       { return refuse("write", name) }
func (t *tree) ReadDir(name string) ([]string, error)       { return nil, refuse("readdir", name) }
func (t *tree) Glob(pattern string) ([]string, error)       { return nil, refuse("glob", pattern) }
func (t *tree) Walk(name string, _ filepath.WalkFunc) error { return refuse("walk", name) }

func refuse(operation, name string) error {
	return &fs.PathError{Op: operation, Path: name, Err: syscall.EROFS}
}
