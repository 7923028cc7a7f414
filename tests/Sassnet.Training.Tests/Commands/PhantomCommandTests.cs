using System.CommandLine;
using System.Text.RegularExpressions;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public class PhantomCommandTests
{
    [Theory]
    [InlineData("--size is 96 96 15; accepted: 16 to 640 voxels along each axis.", "--size", "96", "96", "15")]
    [InlineData("--labelled is -1; accepted: 0 or more.", "--labelled", "-1")]
    [InlineData("--unlabelled is -2; accepted: 0 or more.", "--unlabelled", "-2")]
    [InlineData("--validation is -3; accepted: 0 or more.", "--validation", "-3")]
    public void A_number_that_cannot_be_is_an_error_that_names_it_and_makes_no_folder(string expected, params string[] options)
    {
        var output = Path.Combine(Path.GetTempPath(), $"sassnet-none-{Guid.NewGuid():N}");
        var error = Assert.Throws<InvalidConfigurationException>(() => PhantomCommand.Create().Parse(["--output", output, .. options]).Invoke(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
        Assert.Equal(expected, error.Message);
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void The_help_names_the_usual_size_as_it_is_typed_and_that_is_what_is_made()
    {
        var output = Directory.CreateTempSubdirectory("sassnet-phantom-").FullName;
        using var help = new StringWriter();
        try
        {
            Assert.Equal(0, new RootCommand { PhantomCommand.Create() }.Parse(["phantom", "--help"]).Invoke(new InvocationConfiguration { Output = help }));
            var named = Regex.Match(Regex.Replace(help.ToString(), @"\s+", " "), @"--size <size> Voxels along X, Y and Z; (\d+ \d+ \d+) where omitted\.").Groups[1].Value;
            foreach (var (folder, size) in ((string, string[])[])[("usual", []), ("named", ["--size", .. named.Split(' ')])])
            {
                string[] counts = ["--labelled", "1", "--unlabelled", "0", "--validation", "0"];
                Assert.Equal(0, PhantomCommand.Create().Parse(["--output", Path.Combine(output, folder), .. counts, .. size]).Invoke());
            }

            var image = Path.Combine("images", "phantom-0001.nii.gz");
            Assert.Equal(File.ReadAllBytes(Path.Combine(output, "named", image)), File.ReadAllBytes(Path.Combine(output, "usual", image)));
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    [Fact]
    public void A_list_that_is_there_stays_whole_until_the_cases_of_the_new_one_are_written()
    {
        var output = Directory.CreateTempSubdirectory("sassnet-phantom-").FullName;
        try
        {
            var list = Path.Combine(output, "labelled.list");
            File.WriteAllText(list, "of before\n");

            // Where the second image is to go.
            Directory.CreateDirectory(Path.Combine(output, "images", "phantom-0002.nii.gz"));
            Assert.ThrowsAny<SystemException>(() => PhantomCommand.Create().Parse(["--output", output, "--labelled", "2", "--size", "16", "16", "16"]).Invoke(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
            Assert.Equal("of before\n", File.ReadAllText(list));
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }
}
