using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sassnet.Training.Commands;

/// <summary>
/// Refuses empty text on the command line, which a script gives for a variable that is not set. As a folder it would be the current one, in which a run was then begun
/// or gone on with; as anything else it would be met somewhere in the middle of the work.
/// </summary>
internal static class TextValues
{
    /// <summary>Lets an option take no empty text.</summary>
    /// <param name="option">The option.</param>
    /// <param name="accepted">What it takes, for the message.</param>
    public static Option<T> Taking<T>(this Option<T> option, string accepted)
    {
        option.Validators.Add(result => Check(result, option.Name, accepted));
        return option;
    }

    /// <summary>Lets an argument take no empty text.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="accepted">What it takes, for the message.</param>
    public static Argument<T> Taking<T>(this Argument<T> argument, string accepted)
    {
        argument.Validators.Add(result => Check(result, argument.Name, accepted));
        return argument;
    }

    private static void Check(SymbolResult result, string name, string accepted)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError($"{name} is empty; accepted: {accepted}.");
    }
}
