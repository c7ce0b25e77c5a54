package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// compile reads a .proto and what it imports.
func compile(path string) (*protoregistry.Files, error) {
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
			ImportPaths: []string{filepath.Dir(path)},
		}),
	}
	compiled, err := compiler.Compile(context.Background(), filepath.Base(path))
	if err != nil {
		return nil, err
	}
	files := new(protoregistry.Files)
	return files, registerAll(files, compiled[0])
}

func registerAll(files *protoregistry.Files, file protoreflect.FileDescriptor) error {
	if _, err := files.FindFileByPath(file.Path()); err == nil {
		return nil
	}
	imports := file.Imports()
	for i := range imports.Len() {
		if err := registerAll(files, imports.Get(i).FileDescriptor); err != nil {
			return err
		}
	}
	return files.RegisterFile(file)
}

// add adds a file after those that it imports, each once.
func add(set *descriptorpb.FileDescriptorSet, file protoreflect.FileDescriptor) {
	for _, known := range set.File {
		if known.GetName() == file.Path() {
			return
		}
	}
	imports := file.Imports()
	for i := range imports.Len() {
		add(set, imports.Get(i).FileDescriptor)
	}
	set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
}

func write(files *protoregistry.Files, path string) error {
	set := new(descriptorpb.FileDescriptorSet)
	file, err := files.FindFileByPath("shapes.proto")
	if err != nil {
		return err
	}
	add(set, file)
	octets, err := proto.Marshal(set)
	if err != nil {
		return err
	}
	return os.WriteFile(path, octets, 0o644)
}
