using Sassnet.Training.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>Empty text, as a script gives it for a variable that is not set, to every option and argument of every command.</summary>
public sealed class TextValuesTests
{
    public static TheoryData<string> CommandNames => [.. Names];

    public static IEnumerable<TheoryDataRow<string, string>> Texts =>
        from command in Names
        from text in TextsOf(command)
        select new TheoryDataRow<string, string>(command, text);

    private static IEnumerable<string> Names => TrainingCommandLine.Create().Subcommands.Select(command => command.Name);

    [Theory]
    [MemberData(nameof(Texts))]
    public void It_is_refused_by_its_name_whatever_takes_it(string command, string name) => Assert.Contains(
        TrainingCommandLine.Create().Parse(Empty(command, name)).Errors,
        error => error.Message.StartsWith($"{name} is empty; accepted: ", StringComparison.Ordinal) && error.Message.EndsWith('.'));

    [Theory]
    [InlineData("--output is empty; accepted: a folder.", "train", "--config", "config.yaml", "--output", "", "--resume")]
    [InlineData("--config is empty; accepted: a file.", "train", "--config", "")]
    [InlineData("--set is empty; accepted: KEY=VALUE.", "train", "--config", "config.yaml", "--set", "iterations=1", "--set", "")]
    [InlineData("RUN is empty; accepted: a folder.", "compare", "first", "", "--output", "comparison")]
    [InlineData("--members is empty; accepted: folders.", "export", "--members", "first", "", "--output", "package")]
    [InlineData("--inference is empty; accepted: auto, whole, whole-flips, window.", "evaluate", "--model", "m", "--data", "d", "--list", "l", "--output", "o", "--inference", "")]
    [InlineData("--device is empty; accepted: auto, cpu, cuda or cuda:N.", "segment", "--model", "m", "--input", "i", "--output", "o", "--device", "")]
    public void The_error_says_what_is_accepted_and_is_the_only_one(string expected, params string[] arguments) =>
        Assert.Equal([expected], TrainingCommandLine.Create().Parse(arguments).Errors.Select(error => error.Message));

    [Theory]
    [MemberData(nameof(CommandNames))]
    public async Task The_command_ends_with_the_exit_code_of_a_wrong_configuration(string command)
    {
        var name = TextsOf(command)[^1];
        var (exitCode, _, errors) = await TrainingProcess.Run(TestContext.Current.CancellationToken, Empty(command, name));
        Assert.Contains($"{name} is empty; accepted: ", errors, StringComparison.Ordinal);
        Assert.Equal(2, exitCode);
    }

    private static string[] Empty(string command, string name) => name.StartsWith("--", StringComparison.Ordinal) ? [command, name, ""] : [command, ""];

    private static List<string> TextsOf(string name)
    {
        var command = TrainingCommandLine.Create().Subcommands.Single(command => command.Name == name);
        return
        [
            .. command.Arguments.Where(argument => IsText(argument.ValueType)).Select(argument => argument.Name),
            .. command.Options.Where(option => IsText(option.ValueType)).Select(option => option.Name),
        ];
    }

    // Numbers and switches are none; what else there will be is.
    private static bool IsText(Type type) => type.IsArray
        ? IsText(type.GetElementType()!)
        : Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) is TypeCode.String or TypeCode.Object;
}
