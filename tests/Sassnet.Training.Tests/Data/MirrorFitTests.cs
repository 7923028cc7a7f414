using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class MirrorFitTests
{
    [Theory]
    [InlineData("left kidney", "right kidney")]
    [InlineData("kidney_left", "kidney_right")]
    [InlineData("Left-Hippocampus", "right-hippocampus")]
    [InlineData("lung_upper_lobe_left", "lung_upper_lobe_right")]
    [InlineData("kidney.l", "kidney.r")]
    [InlineData("kidney (L)", "kidney (R)")]
    [InlineData("R kidney", "left kidney")]
    [InlineData("leftKidney", "rightKidney")]
    [InlineData("rib_left_1", "rib_right_1")]
    [InlineData("left", "right")]
    [InlineData("rkid", "lkid")]
    [InlineData("RAG", "LAG")]
    [InlineData("RK", "LK")]
    [InlineData("lKidney", "rKidney")]
    [InlineData("adrenal_rgland", "adrenal_LGLAND")]
    public void Names_that_are_equal_but_for_the_side_are_a_pair(string one, string other)
    {
        Assert.Equal([(one, other)], MirrorFit.Pairs([one, other]));
        Assert.Equal([(one, other)], MirrorFit.Pairs(["liver", one, "spleen", other]));
    }

    [Theory]
    [InlineData("left atrium", "left ventricle")]
    [InlineData("left atrium", "right ventricle")]
    [InlineData("left kidney", "kidney")]
    [InlineData("left kidney", "Left_Kidney")]
    [InlineData("kidney left", "right kidney")]
    [InlineData("rib_left_1", "rib_right_2")]
    [InlineData("vertebra L1", "vertebra R1")]
    [InlineData("brightness", "bleftness")]
    [InlineData("rl", "rr")]
    [InlineData("L1", "R1")]
    [InlineData("liver", "river bed")]
    [InlineData("lkid", "rad")]
    public void Names_that_differ_otherwise_or_not_at_all_are_none(string one, string other) => Assert.Empty(MirrorFit.Pairs([one, other]));

    [Fact]
    public void The_organs_of_the_abdomen_as_BTCV_calls_them_are_paired_by_the_first_letters_of_their_names() => Assert.Equal(
        [("rkid", "lkid"), ("rad", "lad")],
        MirrorFit.Pairs(["spleen", "rkid", "lkid", "gall", "eso", "liver", "sto", "aorta", "IVC", "veins", "pancreas", "rad", "lad"]));

    [Fact]
    public void Mirrored_crops_of_a_pair_are_warned_of_with_every_pair()
    {
        var options = Options("left kidney", "spleen", "right kidney", "lung_l", "lung_r");
        var warning = Assert.Single(MirrorFit.Warnings(options));
        Assert.StartsWith("'augmentation.flip' mirrors every crop, and the names of 'left kidney' and 'right kidney'; of 'lung_l' and 'lung_r' differ in the side alone", warning, StringComparison.Ordinal);
        Assert.Empty(MirrorFit.Warnings(options with { Augmentation = new() { Flip = false } }));
    }

    [Theory]
    [InlineData("left kidney")]
    [InlineData("kidney_right")]
    [InlineData("LungUpperLobeLeft")]
    [InlineData("R hippocampus")]
    [InlineData("left kidney and left ureter")]
    public void One_of_two_organs_of_a_kind_without_the_other_is_warned_of(string name)
    {
        Assert.Equal([name], MirrorFit.Alone(["liver", name, "left lobe", "aorta"]));
        Assert.Equal(
            $"'augmentation.flip' mirrors every crop, and the organ of the other side, which is background, then looks like '{name}': a network that learned so cannot tell the sides apart. Set it to false.",
            Assert.Single(MirrorFit.Warnings(new TrainingOptions { Label = new() { Name = name } })));
        Assert.Empty(MirrorFit.Warnings(new TrainingOptions { Label = new() { Name = name }, Augmentation = new() { Flip = false } }));
    }

    [Theory]
    [InlineData("left atrium")]
    [InlineData("left ventricle")]
    [InlineData("synthetic left atrium")]
    [InlineData("kidney")]
    [InlineData("left and right kidney")]
    [InlineData("left lobe of the liver")]
    public void A_side_of_what_has_no_mirror_image_and_an_organ_without_side_are_not_warned_of(string name)
    {
        Assert.Empty(MirrorFit.Alone([name]));
        Assert.Empty(MirrorFit.Warnings(new TrainingOptions { Label = new() { Name = name } }));
    }

    [Fact]
    public void Turns_of_a_pair_and_mirrored_crops_of_others_are_not_warned_of()
    {
        Assert.Empty(MirrorFit.Warnings(Options("left kidney", "right kidney") with { Augmentation = new() { Flip = false, Rotate90 = true, Rotation = 180 } }));
        Assert.Empty(MirrorFit.Warnings(Options("left atrium", "left ventricle")));
        Assert.Empty(MirrorFit.Warnings(new TrainingOptions()));
    }

    private static TrainingOptions Options(params string[] names) => new() { Labels = [.. names.Select((name, index) => new StructureOptions { Value = (byte)(index + 1), Name = name })] };
}
