using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using Xunit;

namespace Sassnet.Api.Tests.EndToEnd;

/// <summary>A client that NSwag makes of the served document, as an integrator would, compiled together with a program that uses it.</summary>
public sealed class GeneratedClient
{
    private readonly Type _program;

    private GeneratedClient(Type program) => _program = program;

    /// <summary>Generates and compiles; fails the test with the errors of the compiler.</summary>
    /// <param name="document">The OpenAPI document.</param>
    /// <param name="json">What the client reads JSON with.</param>
    /// <param name="program">The source of a class <c>Integrator</c> with static methods.</param>
    public static async Task<GeneratedClient> CompileAsync(string document, CSharpJsonLibrary json, string program)
    {
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "SassnetClient",
            GenerateOptionalParameters = true,
            CSharpGeneratorSettings = { Namespace = "Sassnet.Client", JsonLibrary = json },
        };
        var client = new CSharpClientGenerator(await OpenApiDocument.FromJsonAsync(document), settings).GenerateFile();
        var libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            $"client-{json}",
            [CSharpSyntaxTree.ParseText(client), CSharpSyntaxTree.ParseText(program)],
            libraries.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var assembly = new MemoryStream();
        var errors = compilation.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Empty(errors.Select(error => error.ToString()));
        return new GeneratedClient(Assembly.Load(assembly.ToArray()).GetType("Integrator", throwOnError: true)!);
    }

    /// <summary>Calls a method of the program.</summary>
    public Task<T> CallAsync<T>(string method, params object?[] arguments) => (Task<T>)_program.GetMethod(method)!.Invoke(null, arguments)!;
}
