using System.CommandLine;

namespace Sassnet.Training.Commands;

/// <summary>An option that takes several values, one behind the other.</summary>
internal static class SeveralOption
{
    public static Option<T[]> Create<T>(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };
}
