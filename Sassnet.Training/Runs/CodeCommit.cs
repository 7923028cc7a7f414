using System.Reflection;

namespace Sassnet.Training.Runs;

/// <summary>The commit that this program was built from.</summary>
internal static class CodeCommit
{
    /// <summary>The commit; <c>unknown</c> where the build did not know it.</summary>
    // The SDK stamps it into the assembly's version as 1.2.3+<commit>.
    public static string Name { get; } = typeof(CodeCommit).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
        .InformationalVersion.Split('+') is [_, var commit] ? commit : "unknown";
}
