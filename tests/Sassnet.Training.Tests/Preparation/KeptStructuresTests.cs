using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class KeptStructuresTests : StructuresTests
{
    [Fact]
    public void A_structure_that_lies_where_nothing_was_imaged_is_a_fault()
    {
        WriteThree();
        var path = Path.Combine("images", "b.nii.gz");
        var image = VolumeFile.Read(Path.Combine(Raw.Folder, path), ct: TestContext.Current.CancellationToken).Volume;
        image.Voxels.AsSpan(0, 2 * image.Size.X * image.Size.Y).Clear();
        Raw.Write(path, image);
        Raw.ChangeLabel("b", label => new LabelMap(label.Size, [.. label.Labels.Select((value, i) => i == 0 ? (byte)2 : value == 1 ? (byte)1 : (byte)0)], label.Affine));

        using var console = new StringWriter();
        var options = Options with { Structures = [new("left atrium", [1]), new("left ventricle", [2])] };
        Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(options, console, TestContext.Current.CancellationToken));
        Assert.Contains("FAULT b: Nothing of left ventricle lies in what of the scan was imaged: ", console.ToString(), StringComparison.Ordinal);
    }
}
